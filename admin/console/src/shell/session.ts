// Who is signed in: a token of the city's sign-in (or, on one's own machine, of a demo person) and what it says.
export interface Session {
  token: string;
  subject: string;
  name: string;
  roles: string[];
  department?: string;
  /** Milliseconds since 1970. */
  expires: number;
}

const KEPT = "jisheng.session"; // of this tab alone: it ends with it
let present: Session | undefined = recalled();
const listeners = new Set<() => void>();

export const session = () => present;

export function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function begin(token: string, name?: string): Session {
  const claims = claimsOf(token);
  const text = (claim: unknown) => (typeof claim === "string" ? claim : undefined);
  present = {
    token,
    subject: text(claims.sub) ?? "",
    name: name ?? text(claims.name) ?? text(claims.sub) ?? "",
    roles: Array.isArray(claims.roles) ? claims.roles.map(String) : [],
    department: text(claims.department),
    expires: Number(claims.exp ?? 0) * 1000,
  };
  sessionStorage.setItem(KEPT, JSON.stringify(present));
  tell();
  return present;
}

export function end(): void {
  present = undefined;
  sessionStorage.removeItem(KEPT);
  tell();
}

/** The claims of a JWT, unverified: they decide what is shown, never what is allowed. */
export function claimsOf(token: string): Record<string, unknown> {
  const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Uint8Array.from(atob(payload), (letter) => letter.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
}

function recalled(): Session | undefined {
  const kept = sessionStorage.getItem(KEPT);
  const found = kept ? (JSON.parse(kept) as Session) : undefined;
  return found && found.expires > Date.now() ? found : undefined;
}

function tell(): void {
  for (const listener of listeners) listener();
}
