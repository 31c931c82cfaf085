// What these screens ask of the API about releases that are to come.
import { answered, everything, type Schemas } from "@jisheng/api-client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../api/client";

export type Scheduled = Schemas["ScheduledRelease"];

const KEY = ["scheduled"];

export const useScheduled = () =>
  useQuery({
    queryKey: KEY,
    queryFn: () =>
      everything(
        (after) => answered(api.GET("/v1/scheduled-releases", { params: { query: { after, limit: 100 } } })),
        (page) => page.scheduled,
      ),
  });

/** The schedule by which a draft is to be released. */
export const useScheduleOf = (draft: string): Scheduled | undefined =>
  useScheduled().data?.find((one) => one.status === "waiting" && one.drafts.some((named) => named.draft_id === draft));

export function useCancel() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (schedule_id: string) => answered(api.DELETE("/v1/scheduled-releases/{schedule_id}", { params: { path: { schedule_id } } })),
    onSettled: () => cache.invalidateQueries({ queryKey: KEY }),
  });
}
