import { systemNowMs } from '@cloakroom/core';
import type { Adapter } from 'oidc-provider';
import type { CurrentBehaviour } from './provider-behaviour.ts';
import { type ProviderShape, SHAPES } from './provider-shape.ts';

/** How long the refresh tokens of a provider are good, as its behaviour says now. */
export interface RefreshTokens {
  /** After so long without a refresh one is dead; undefined where disuse kills none. */
  idleSeconds(): number | undefined;
  /** It was refreshed by. */
  noteUse(id: string): void;
  /** The adapter of the model `RefreshToken`, by these rules. */
  keep(adapter: Adapter): Adapter;
}

/**
 * oidc-provider rotates strictly: a second use of a refresh token ends its grant, successors and all. A grace is its not knowing yet that
 * one was used, and death by disuse its not finding one. Both go by the provider's own clock, so that a test need not wait. What was used
 * before this process began counts as used then.
 */
export function createRefreshTokens(shape: ProviderShape, behaviour: CurrentBehaviour): RefreshTokens {
  const usedAtMs = new Map<string, number>();
  const rotatedAtMs = new Map<string, number>();
  const startedAtMs = systemNowMs();
  const nowMs = () => systemNowMs() + behaviour().clockOffsetSeconds * 1000;
  const idleSeconds = () => behaviour().refreshIdleSeconds ?? SHAPES[shape].refreshIdleSeconds;

  function isDisused(id: string): boolean {
    const lastUseMs = usedAtMs.get(id) ?? startedAtMs;
    return nowMs() >= lastUseMs + (idleSeconds() ?? Number.POSITIVE_INFINITY) * 1000;
  }

  function isInGrace(id: string): boolean {
    const { refreshRotation, refreshGraceSeconds } = behaviour();
    const rotated = rotatedAtMs.get(id) ?? Number.NEGATIVE_INFINITY;
    return refreshRotation === 'grace' && nowMs() < rotated + refreshGraceSeconds * 1000;
  }

  return {
    idleSeconds,
    noteUse: (id) => void usedAtMs.set(id, nowMs()),
    keep: (adapter) => ({
      ...adapter,
      async find(id) {
        const payload = await adapter.find(id);
        if (payload === undefined || isDisused(id)) return undefined;
        const { consumed: _, ...unused } = payload;
        return isInGrace(id) ? unused : payload;
      },
      async upsert(id, payload, expiresIn) {
        usedAtMs.set(id, nowMs());
        await adapter.upsert(id, payload, expiresIn);
      },
      async consume(id) {
        if (!rotatedAtMs.has(id)) rotatedAtMs.set(id, nowMs());
        await adapter.consume(id);
      },
    }),
  };
}
