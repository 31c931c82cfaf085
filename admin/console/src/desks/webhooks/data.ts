// What the screens of webhooks ask of the API.
import { answered, type Schemas, whole } from "@jisheng/api-client";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../../api/client";

export type Subscription = Schemas["Subscription"];
export type Delivery = Schemas["Delivery"];
export type Replay = Schemas["Replay"];

const one = (id: string) => ({ params: { path: { subscription_id: id } } });

export const useSubscriptions = () =>
  useQuery({ queryKey: ["subscriptions"], refetchInterval: 15_000, queryFn: () => answered(api.GET("/v1/webhooks/subscriptions")) });

export const useSubscription = (id: string) =>
  useQuery({ queryKey: ["subscription", id], refetchInterval: 10_000, queryFn: () => whole(api.GET("/v1/webhooks/subscriptions/{subscription_id}", one(id))) });

export interface Search {
  state?: Delivery["state"];
  type?: string;
  case?: string;
  from?: string;
  to?: string;
}

export const useDeliveries = (id: string, search: Search) =>
  useInfiniteQuery({
    queryKey: ["deliveries", id, search],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      answered(api.GET("/v1/webhooks/subscriptions/{subscription_id}/deliveries", { params: { path: { subscription_id: id }, query: { ...search, after: pageParam, limit: 50 } } })),
    getNextPageParam: (page) => page.after ?? undefined,
  });

export const useDelivery = (id: string, delivery: string | undefined) =>
  useQuery({
    queryKey: ["delivery", id, delivery],
    enabled: delivery !== undefined,
    queryFn: () => answered(api.GET("/v1/webhooks/subscriptions/{subscription_id}/deliveries/{delivery_id}", { params: { path: { subscription_id: id, delivery_id: String(delivery) } } })),
  });

/** What one does to a subscription; what is shown of it is read again afterwards. */
export function useWebhookActs() {
  const cache = useQueryClient();
  const after = async <T>(done: Promise<T>): Promise<T> => {
    const said = await done;
    for (const name of ["subscriptions", "subscription", "deliveries"]) void cache.invalidateQueries({ queryKey: [name] });
    return said;
  };
  return {
    create: (body: Schemas["SubscriptionRequest"], key: string) => after(answered(api.POST("/v1/webhooks/subscriptions", { params: { header: { "Idempotency-Key": key } }, body }))),
    change: (id: string, etag: string, body: Schemas["SubscriptionRequest"]) => after(answered(api.PUT("/v1/webhooks/subscriptions/{subscription_id}", { params: { ...one(id).params, header: { "If-Match": etag } }, body }))),
    drop: (id: string, etag: string) => after(answered(api.DELETE("/v1/webhooks/subscriptions/{subscription_id}", { params: { ...one(id).params, header: { "If-Match": etag } } }))),
    state: (id: string, state: "active" | "paused") => after(answered(api.PUT("/v1/webhooks/subscriptions/{subscription_id}/state", { ...one(id), body: { state } }))),
    secret: (id: string) => after(answered(api.POST("/v1/webhooks/subscriptions/{subscription_id}/secrets", { ...one(id), body: {} }))),
    test: (id: string) => after(answered(api.POST("/v1/webhooks/subscriptions/{subscription_id}/tests", { ...one(id), body: {} }))),
    replay: (id: string, body: Schemas["ReplayRequest"]) => after(answered(api.POST("/v1/webhooks/subscriptions/{subscription_id}/replays", { ...one(id), body }))),
    replayed: (id: string, replay: string) => after(answered(api.GET("/v1/webhooks/subscriptions/{subscription_id}/replays/{replay_id}", { params: { path: { subscription_id: id, replay_id: replay } } }))),
  };
}
