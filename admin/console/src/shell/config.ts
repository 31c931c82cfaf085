// What a deployment says of itself, in `config.json` beside the console: how people sign in.
export type Config = { sign_in: "demo" } | { sign_in: "oidc"; issuer: string; client_id: string; scope?: string };

export async function readConfig(): Promise<Config> {
  const answer = await fetch(`${import.meta.env.BASE_URL}config.json`, { cache: "no-cache" });
  if (!answer.ok) throw new Error(`config.json: ${answer.status}`);
  return (await answer.json()) as Config;
}
