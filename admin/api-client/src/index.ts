// The API as TypeScript knows it: typed calls, and refusals (RFC 9457) as one kind of error.
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./described";

export type Schemas = components["schemas"];
export type Api = Client<paths>;
export type Language = "zh" | "en";

/** What the API says when it refuses: a stable `code`, sentences in two languages, the places concerned. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly problem: Partial<Schemas["Problem"]>;

  constructor(status: number, problem: Partial<Schemas["Problem"]>) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
    this.status = status;
    this.code = problem.code ?? "unreadable";
    this.problem = problem;
  }

  said(language: Language): string {
    return this.problem.messages?.[language] ?? this.message;
  }
}

export interface Caller {
  origin?: string;
  /** Read at every call: a session may end or be renewed, a person may change the language. */
  token: () => string | undefined;
  language: () => Language;
  fetch?: typeof fetch;
}

export function connect(caller: Caller): Api {
  const api = createClient<paths>({ baseUrl: caller.origin ?? "", ...(caller.fetch ? { fetch: caller.fetch } : {}) });
  api.use({
    onRequest({ request }) {
      const token = caller.token();
      if (token) request.headers.set("Authorization", `Bearer ${token}`);
      request.headers.set("Accept-Language", caller.language() === "zh" ? "zh-CN" : "en");
      return request;
    },
  });
  return api;
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The answer's body, or the refusal thrown. */
export async function answered<T>(asked: Promise<Answer<T>>): Promise<T> {
  return (await whole(asked)).body;
}

/** The answer's body and its ETag. */
export async function whole<T>(asked: Promise<Answer<T>>): Promise<{ body: T; etag: string }> {
  const { data, error, response } = await asked;
  if (!response.ok) throw new Refusal(response.status, readable(error));
  return { body: data as T, etag: response.headers.get("ETag") ?? "" };
}

function readable(error: unknown): Partial<Schemas["Problem"]> {
  return typeof error === "object" && error !== null ? (error as Partial<Schemas["Problem"]>) : {};
}

/** All pages of a list, one after another: what `after` says is asked for next, until it says nothing. */
export async function everything<P, R>(page: (after?: string) => Promise<P>, rows: (page: P) => R[]): Promise<R[]> {
  const found: R[] = [];
  let after: string | undefined;
  do {
    const one = await page(after);
    found.push(...rows(one));
    after = (one as { after?: string | null }).after ?? undefined;
  } while (after);
  return found;
}
