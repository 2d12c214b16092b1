import { builtInUser } from '@cloakroom/local/token';

type User = ReturnType<typeof builtInUser>;

/** A user of the built-in provider in the shape of a Keycloak, whose addresses are where a Keycloak has them. */
export function userLikeAtKeycloak(provider: string, place: Parameters<typeof builtInUser>[1]): User {
  const user = builtInUser(provider, place);
  const at = (name: string) => `${provider}/protocol/openid-connect/${name}`;
  return { ...user, client: { ...user.client, authorizationEndpoint: at('auth'), tokenEndpoint: at('token') } };
}
