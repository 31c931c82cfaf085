// Sign-in at the city's own place: OpenID Connect, authorization code with PKCE (RFC 7636), no secret in the browser.
const PENDING = "jisheng.sign-in";

interface Issuer {
  authorization_endpoint: string;
  token_endpoint: string;
}
interface Pending {
  state: string;
  verifier: string;
  back: string;
}
export interface Client {
  issuer: string;
  client_id: string;
  scope?: string;
}

/** The address to send the browser to; what its return is judged by is kept in this tab. */
export async function leaving(client: Client, back: string): Promise<string> {
  const pending: Pending = { state: random(), verifier: random(), back };
  sessionStorage.setItem(PENDING, JSON.stringify(pending));
  const asked = new URL((await discovered(client.issuer)).authorization_endpoint);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(pending.verifier));
  const said = {
    response_type: "code",
    client_id: client.client_id,
    redirect_uri: returnAddress(),
    scope: client.scope ?? "openid profile",
    state: pending.state,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(said)) asked.searchParams.set(name, value);
  return asked.href;
}

/** The token for the code in the address we came back to, and where the person wanted to go. */
export async function returned(client: Client, search: string): Promise<{ token: string; back: string }> {
  const said = new URLSearchParams(search);
  const kept = JSON.parse(sessionStorage.getItem(PENDING) ?? "null") as Pending | null;
  sessionStorage.removeItem(PENDING); // a code is good once
  const code = said.get("code");
  if (!kept || !code || said.get("state") !== kept.state) throw new Error(said.get("error") ?? "sign-in-mismatch");
  return { token: await exchanged(client, code, kept.verifier), back: kept.back };
}

async function exchanged(client: Client, code: string, verifier: string): Promise<string> {
  const answer = await fetch((await discovered(client.issuer)).token_endpoint, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code,
      client_id: client.client_id,
      redirect_uri: returnAddress(),
      code_verifier: verifier,
    }),
  });
  const tokens = (await answer.json()) as { access_token?: string; error?: string };
  if (!answer.ok || !tokens.access_token) throw new Error(tokens.error ?? `token: ${answer.status}`);
  return tokens.access_token;
}

const returnAddress = () => new URL(`${import.meta.env.BASE_URL}sign-in`, location.origin).href;

async function discovered(issuer: string): Promise<Issuer> {
  const answer = await fetch(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  if (!answer.ok) throw new Error(`issuer: ${answer.status}`);
  return (await answer.json()) as Issuer;
}

const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
