// The one place that knows how the console reaches the API: who calls, in which language, what a refusal does.
import { connect, Refusal } from "@jisheng/api-client";
import { QueryClient } from "@tanstack/react-query";
import { language } from "../shell/preferences";
import { end, session } from "../shell/session";

export const api = connect({ token: () => session()?.token, language });

const again = (tries: number, error: unknown) => tries < 2 && !(error instanceof Refusal && error.status < 500);

export const queries = new QueryClient({
  defaultOptions: { queries: { retry: again, staleTime: 5_000, refetchOnWindowFocus: false } },
});

queries.getQueryCache().subscribe((event) => {
  const error = event.query.state.error;
  if (event.type === "updated" && error instanceof Refusal && error.status === 401) end();
});
