import * as v from 'valibot';

/** Keycloak's administrator, of its `master` realm. Everything here is local: the password keeps nobody out. */
export const KEYCLOAK_ADMIN = { username: 'admin', password: 'admin' } as const;

const tokenSchema = v.object({ access_token: v.string() });

/** Keycloak's admin REST API (https://www.keycloak.org/docs-api/latest/rest-api/index.html). */
export interface KeycloakAdmin {
  /**
   * @param path below `/admin/realms`; empty for the list of realms
   * @returns the answer's JSON; undefined where it has no body
   * @throws Error with the method, the path, the status and the answer, when it refuses
   */
  call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
}

export function createKeycloakAdmin(origin: string): KeycloakAdmin {
  return {
    async call(method, path, body) {
      // One token for each call: they live a minute, and nothing here is in a hurry.
      const headers = { authorization: `Bearer ${await adminToken(origin)}`, 'content-type': 'application/json' };
      const url = `${origin}/admin/realms${path}`;
      const response = await fetch(url, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text}`);
      return text === '' ? undefined : (JSON.parse(text) as unknown);
    },
  };
}

async function adminToken(origin: string): Promise<string> {
  const response = await fetch(`${origin}/realms/master/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', ...KEYCLOAK_ADMIN }),
  });
  return v.parse(tokenSchema, await response.json()).access_token;
}
