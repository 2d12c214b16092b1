import { setTimeout } from 'node:timers/promises';
import { sdkItems, sdkWrites } from '@cloakroom/aws/dynamodb';
import { createEventEraser } from '@cloakroom/events';
import { createRestoration, readErasures } from '@cloakroom/sessions';
import { tableNameIn } from '@cloakroom/terraform';
import { step } from '../deployment/tools.ts';
import { holdClock } from './clock.ts';
import { closeSessions } from './close-sessions.ts';
import { eraseEvents } from './erase-events.ts';
import type { TableProgress } from './progress.ts';
import { countsOf } from './say.ts';
import { describeTable } from './table-copy.ts';
import { current, note, progressOf, type RestoreWorld } from './world.ts';

/** Afterwards nobody gets in by what the restored tables hold, and nothing is in them of users who were erased. */
export async function closeTables(world: RestoreWorld): Promise<void> {
  const { tables } = current(world);
  if (tables.sessions !== undefined) await closeTable(tables.sessions, world);
  if (tables.events !== undefined) await eraseInTable(tables.events, world);
}

async function closeTable({ from, name, isClosed, counts = {} }: TableProgress, world: RestoreWorld): Promise<void> {
  const { environment, tools, dynamodb } = world;
  if (isClosed) return tools.say(`${name} is closed already: ${countsOf(counts)}`);
  await holdClock(world);
  const isReadable = (await describeTable(dynamodb, from)) !== undefined;
  // Whoever came after the time that was restored, and is in no table of sessions, has left an event.
  const events = tableNameIn(environment, 'events');
  const others = isReadable ? [from] : (await describeTable(dynamodb, events)) === undefined ? [] : [events];
  if (!isReadable)
    tools.say(`${from} is gone: what has ended since ${current(world).to} is known by no table any more`);
  const restoration = restorationOf(name, isReadable ? from : undefined, world);
  await step(tools, `closing ${name}: the watermark of all users, and the end of all sessions`, async () => {
    const closed = await closeSessions({
      restoration,
      tables: [name, ...others],
      positions: progressOf(world, 'sessions').positions ?? {},
      counts,
      save: (positions, saved) => note(world, 'sessions', { positions, counts: saved }),
      say: tools.say,
    });
    note(world, 'sessions', { isClosed: true, counts: closed, positions: {} });
    tools.say(countsOf(closed));
  });
}

function restorationOf(table: string, lost: string | undefined, { environment, dynamodb, nowMs }: RestoreWorld) {
  const { bearerIdleSeconds, ticketIdleSeconds, touchIntervalSeconds, loginMaxLifetimeSeconds } = environment.sessions;
  return createRestoration({
    dynamodb,
    table,
    lost,
    nowMs,
    idle: { bearerIdleSeconds, ticketIdleSeconds, touchIntervalSeconds },
    loginMaxLifetimeSeconds,
    remainingMs: () => Number.POSITIVE_INFINITY,
  });
}

async function eraseInTable({ name, isClosed }: TableProgress, world: RestoreWorld): Promise<void> {
  const { environment, tools, dynamodb } = world;
  if (isClosed) return tools.say(`${name} has no events of erased users already`);
  const { to, tables } = current(world);
  const sessions = tables.sessions?.name ?? tableNameIn(environment, 'sessions');
  const items = { ...sdkItems(dynamodb), ...sdkWrites(dynamodb) };
  const erased = await step(tools, `erasing what came back into ${name} of users who were erased since`, () =>
    eraseEvents({
      scan: restorationOf(sessions, undefined, world).scan,
      table: name,
      toMs: Date.parse(to),
      readErasures: (users) => readErasures({ items, table: sessions }, users, (ms) => setTimeout(ms)),
      eraser: createEventEraser({ dynamodb, table: name }),
    }),
  );
  note(world, 'events', { isClosed: true, counts: { erased } });
  tools.say(`events of ${erased} users erased again`);
}
