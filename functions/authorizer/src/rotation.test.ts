import { formatTicket, type Session } from '@cloakroom/sessions';
import { describe, expect, it } from '@jest/globals';
import { HOUR, LOGIN_ID, NOW } from './authorizer-fixture.ts';
import {
  dueAt,
  events,
  hash,
  isAllowed,
  own,
  PAGE,
  random,
  refusal,
  session,
  state,
  TICKET,
  worldOf,
} from './ticket-fixture.ts';

/** The secret that {@link TICKET} has taken the place of. */
const previous = { ...own, secret: random(32) };
const PREVIOUS = formatTicket(previous);
const GRACE = 30;

function rotated(at: { readonly rotatedAt: number } | { readonly confirmedAt: number }): Session {
  return { ...session, ticket: { ...state, rotation: { previousHash: hash(previous.secret), nonce: 'n', ...at } } };
}

const unconfirmed = rotated({ rotatedAt: NOW - HOUR });
/** As it is when a refresh has followed: {@link TICKET} has the secret before. */
const rotatedAgain: Session = {
  ...session,
  ticket: {
    ...state,
    secretHash: hash(random(32)),
    rotation: { previousHash: state.secretHash, nonce: 'n', rotatedAt: NOW },
  },
};
const BACKGROUND = { ...PAGE, 'x-cloakroom-background': '1' };
const idle = (of: Session): Session => ({ ...of, lastSeenAt: NOW - HOUR });

describe('the previous secret of a ticket', () => {
  it.each<[string, Session]>([
    ['until the new one has been used, however long that takes', unconfirmed],
    ['in the second of that use', rotated({ confirmedAt: NOW })],
    ['and 30 s more', rotated({ confirmedAt: NOW - GRACE + 1 })],
  ])('gets in %s, by one read and no write', async (_, stored) => {
    for (const event of events({ ticket: PREVIOUS })) {
      const { authorize, reads, uses } = worldOf({ stored: [stored] });
      expect(isAllowed(await authorize(event))).toBe(true);
      expect([reads, uses]).toEqual([[['get', session.user, LOGIN_ID]], []]);
    }
  });

  it('is a use of the session, and confirms nothing', async () => {
    const { authorize, uses } = worldOf({ stored: [idle(unconfirmed)] });
    await authorize(events({ ticket: PREVIOUS })[0]);
    expect(uses).toEqual([{ isUse: true, isFirst: false }]);
  });

  it.each<[string, string, Session]>([
    ['30 s after the new one was used', PREVIOUS, rotated({ confirmedAt: NOW - GRACE })],
    ['that was never one', formatTicket({ ...own, secret: random(32) }), unconfirmed],
  ])('is reuse %s, which ends nothing here', async (_, ticket, stored) => {
    for (const event of events({ ticket })) {
      expect(await refusal(event, { stored: [stored] })).toMatchObject({
        fields: { reason: 'ticket_reused', session: LOGIN_ID.slice(0, 8) },
      });
    }
  });

  it('of another family is a stranger’s', async () => {
    const [event] = events({ ticket: formatTicket({ ...previous, family: random(16) }) });
    expect(await refusal(event, { stored: [unconfirmed] })).toMatchObject({ fields: { reason: 'ticket_stranger' } });
  });

  it('does not get in where the provider must be asked again', async () => {
    const { ticket = state } = unconfirmed;
    const stored = { ...unconfirmed, ticket: { ...ticket, recheckAt: NOW } };
    const [event] = events({ ticket: PREVIOUS });
    expect(await refusal(event, { stored: [stored] })).toMatchObject({ fields: { reason: 'ticket_recheck_due' } });
  });
});

describe('the first use of a new secret', () => {
  it.each<[string, Session, Readonly<Record<string, string>>, boolean]>([
    ['with the use of the session', idle(unconfirmed), PAGE, true],
    ['alone where that is not due', unconfirmed, PAGE, false],
    ['alone where a page asks by itself', idle(unconfirmed), BACKGROUND, false],
  ])('is written down %s, by one write', async (_, stored, headers, isUse) => {
    for (const event of events({ headers })) {
      const { authorize, reads, uses } = worldOf({ stored: [stored] });
      expect(isAllowed(await authorize(event))).toBe(true);
      expect([reads.length, uses]).toEqual([1, [{ isUse, isFirst: true }]]);
    }
  });

  it('is written down once', async () => {
    const { authorize, uses } = worldOf({ stored: [rotated({ confirmedAt: NOW - HOUR })] });
    for (const event of events()) expect(isAllowed(await authorize(event))).toBe(true);
    expect(uses).toEqual([]);
  });

  it('that cannot be written down changes no decision, and is told', async () => {
    const { authorize, telemetry } = worldOf({ stored: [unconfirmed], touch: new Error('throttled') });
    expect(isAllowed(await authorize(events()[0]))).toBe(true);
    expect(telemetry.counts).toContainEqual({ metric: 'TouchFailed', dimensions: {} });
  });

  it.each<[string, Session | undefined, string | undefined]>([
    ['it was confirmed by another request', rotated({ confirmedAt: NOW }), undefined],
    ['it is the previous one by then', rotatedAgain, undefined],
    ['the session has ended', undefined, 'ticket_unknown'],
    ['the provider must be asked again by then', dueAt(NOW), 'ticket_recheck_due'],
  ])('that meets a change is decided anew: %s', async (_, again, reason) => {
    const { authorize, reads, telemetry } = worldOf({ stored: [unconfirmed, again], touch: 'gone' });
    const answer = await authorize(events()[0]).catch((error: Error) => error.message);
    expect(answer === 'Unauthorized' ? telemetry.lines[0]?.fields.reason : undefined).toBe(reason);
    expect([isAllowed(answer), reads.length]).toEqual([reason === undefined, 2]);
  });
});

it('a ticket whose provider must be asked again is refused as every other, and that is no warning: it happens each hour', async () => {
  const world = worldOf({ stored: [dueAt(NOW)] });
  await expect(world.authorize(events({ ticket: TICKET })[0])).rejects.toThrow('Unauthorized');
  expect(world.telemetry.lines.map(({ level, code }) => [level, code])).toEqual([['info', 'authorizer.unauthorized']]);
});
