import type { KoaContextWithOIDC } from 'oidc-provider';
import { CONFIRMED, confirmationPath } from './before-provider.ts';
import type { Control } from './control.ts';
import { endGrants, type SessionEnder } from './end-session.ts';
import { logoutQuestion } from './login-page.ts';
import { changed } from './provider-behaviour.ts';
import { LOGOUT_GRANT } from './provider-clients.ts';
import { newAuthTime } from './provider-configuration.ts';
import { SHAPES } from './provider-shape.ts';
import { refreshOf, spoilAnswer } from './refresh-answer.ts';
import type { RefreshTokens } from './refresh-tokens.ts';
import { type Claims, shifted, signAgain } from './sign-again.ts';

/** What answers are made of. */
interface ReshapeParts {
  readonly ender: SessionEnder;
  readonly control: Pick<Control, 'noteIssued' | 'noteRefresh' | 'useOnce'>;
  readonly refreshTokens: RefreshTokens;
}

/** Makes oidc-provider answer as the product whose shape it has, and as its behaviour says. */
export function reshapeAnswers(parts: ReshapeParts): void {
  const { ender, control } = parts;
  const { provider } = ender;
  provider.registerGrantType<{ refresh_token?: string }>(
    LOGOUT_GRANT,
    (ctx) => logoutByRefreshToken(ender, ctx),
    'refresh_token',
  );
  provider.on('authorization.success', (_ctx, out) => reshapeAnswer(ender, out));
  provider.use(async (outer, next) => {
    await next();
    const ctx = outer as KoaContextWithOIDC;
    if (ctx.oidc?.route === 'discovery') reshapeDiscovery(ender, ctx);
    if (ctx.oidc?.route === 'token') {
      await reshapeTokens(parts, ctx);
      control.noteIssued(tokensOf(ctx.body));
      await finishRefresh(parts, ctx);
    }
    if (ctx.oidc?.route === 'end_session' && ctx.status === 200) await logOut(ender, ctx);
  });
}

/** The parameters that go back to the client, changed in place: oidc-provider sends what is left. */
function reshapeAnswer({ shape, behaviour }: SessionEnder, out: Record<string, unknown> = {}): void {
  if (!SHAPES[shape].tellsIssuer) out.iss = undefined;
  for (const [name, value] of Object.entries(behaviour().authorizationAnswer)) out[name] = value ?? undefined;
}

/** Whoever believes in an `iss` that never comes would refuse every answer. */
function reshapeDiscovery({ shape }: SessionEnder, ctx: KoaContextWithOIDC): void {
  const document = ctx.body as Record<string, unknown>;
  document.authorization_response_iss_parameter_supported = SHAPES[shape].tellsIssuer;
  document.backchannel_logout_session_supported = SHAPES[shape].tellsSession;
}

/** A token answer in this shape, and the ID token in it. */
async function reshapeTokens({ ender, refreshTokens }: ReshapeParts, ctx: KoaContextWithOIDC): Promise<void> {
  const { shape, keys, behaviour } = ender;
  const answer: unknown = ctx.body;
  const [key] = keys.keys;
  if (!hasIdToken(answer) || key === undefined) return;
  const { clockOffsetSeconds, idToken } = behaviour();
  const { AuthorizationCode, RefreshToken } = ctx.oidc.entities;
  const authTime = await newAuthTime(shape, ctx);
  const own = {
    sid: SHAPES[shape].tellsSession ? (AuthorizationCode ?? RefreshToken)?.sessionUid : null,
    ...(authTime === undefined ? {} : { auth_time: authTime }),
  };
  const change = (claims: Claims) => changed(shifted(changed(claims, own), clockOffsetSeconds), idToken);
  const idle = shape === 'keycloak' ? { refresh_expires_in: refreshTokens.idleSeconds() } : {};
  ctx.body = { ...answer, ...idle, id_token: await signAgain(answer.id_token, key, change) };
}

/** Remembers a refresh, and lets its answer go, or not. */
async function finishRefresh({ ender, control, refreshTokens }: ReshapeParts, ctx: KoaContextWithOIDC): Promise<void> {
  const refresh = refreshOf(ctx);
  if (refresh === undefined) return;
  const used = ctx.oidc.entities.RefreshToken?.jti;
  if (refresh.error === undefined && used !== undefined) refreshTokens.noteUse(used);
  control.noteRefresh(refresh);
  const { refreshAnswer } = ender.behaviour();
  if (refreshAnswer !== undefined && control.useOnce('refreshAnswer')) await spoilAnswer(ctx, refreshAnswer);
}

function tokensOf(answer: unknown): readonly string[] {
  const isToken = ([name, value]: [string, unknown]) => /_token$/.test(name) && typeof value === 'string';
  return Object.entries(answer ?? {}).flatMap((entry) => (isToken(entry) ? [String(entry[1])] : []));
}

function hasIdToken(answer: unknown): answer is { readonly id_token: string } {
  return typeof answer === 'object' && answer !== null && 'id_token' in answer && typeof answer.id_token === 'string';
}

/**
 * RP-initiated logout: oidc-provider has checked the client and the address. What its own form would do is done at once, or after
 * the question of this shape.
 */
async function logOut(ender: SessionEnder, ctx: KoaContextWithOIDC): Promise<void> {
  const { session, params, provider } = ctx.oidc;
  if (session?.accountId !== undefined) {
    if (mustAsk(ender, ctx)) {
      ctx.body = logoutQuestion(confirmationPath(ctx.path) + ctx.search);
      return;
    }
    if (!ender.behaviour().ignoresLogout) {
      await endGrants(ender, session);
      await session.destroy();
      ctx.cookies.set(provider.cookieName('session'), null, { overwrite: true });
    }
  }
  const { post_logout_redirect_uri: target, state } = params ?? {};
  if (typeof target !== 'string') {
    ctx.body = 'signed out';
    return;
  }
  const url = new URL(target);
  if (typeof state === 'string') url.searchParams.set('state', state);
  ctx.status = 303;
  ctx.redirect(url.href);
}

function mustAsk({ shape }: SessionEnder, { oidc, query }: KoaContextWithOIDC): boolean {
  const isConfirmed = oidc.params?.id_token_hint !== undefined || query[CONFIRMED] !== undefined;
  return SHAPES[shape].asksBeforeLogout && !isConfirmed;
}

/** Keycloak's logout without a browser: a client posts its refresh token, and the whole session ends. */
async function logoutByRefreshToken(ender: SessionEnder, ctx: KoaContextWithOIDC): Promise<void> {
  const { params, client, provider } = ctx.oidc;
  const token = await provider.RefreshToken.find(String(params?.refresh_token));
  if (token === undefined || token.clientId !== client?.clientId) {
    ctx.status = 400;
    ctx.body = { error: 'invalid_grant', error_description: 'Invalid refresh token' };
    return;
  }
  const session = token.sessionUid === undefined ? undefined : await provider.Session.findByUid(token.sessionUid);
  if (!ender.behaviour().ignoresLogout && session !== undefined) {
    await endGrants(ender, session);
    await session.destroy();
  }
  ctx.status = 204;
}
