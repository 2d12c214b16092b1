import type { Section } from '../../modules/monitoring/dashboard.ts';
import type { Watched } from '../watched.ts';
import { hidden, line, lineOfEach, lineOfEachValue } from './lines.ts';

/** From a client’s request to the table, and what stays behind on the way. */
export function events({ own, queue, lambda }: Watched): Section {
  return {
    heading: 'Events',
    graphs: [
      {
        title: 'Events accepted and stored',
        unit: 'events',
        lines: [
          line('accepted', own('enqueue-event', 'EventsAccepted')),
          line('stored', own('store-event', 'EventsStored', { outcome: 'stored' })),
        ],
      },
      {
        title: 'Dead letters',
        unit: 'messages',
        lines: [
          line('events', queue('eventsDeadLetters', 'ApproximateNumberOfMessagesVisible')),
          line('changes of sessions', queue('changesDeadLetters', 'ApproximateNumberOfMessagesVisible')),
        ],
      },
      {
        title: 'Age of what waits',
        unit: 'seconds',
        lines: [
          line('oldest event in the queue', queue('events', 'ApproximateAgeOfOldestMessage')),
          hidden('iterator', lambda('record-changes', 'IteratorAge', 'Maximum')),
          { expression: 'iterator / 1000', label: 'last change of a session that was read' },
        ],
      },
    ],
  };
}

const TABLES = ['sessions', 'events'] as const;

/** The tables, the functions and the API as AWS sees them. */
export function parts({ table, lambda, api, functions }: Watched): Section {
  const ofTables = (names: readonly string[]) =>
    TABLES.flatMap((one) => names.map((name) => line(`${one}: ${name}`, table(one, name))));
  return {
    heading: 'Tables, functions, API',
    graphs: [
      {
        title: 'Consumption of the tables',
        unit: 'request units',
        lines: ofTables(['ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits']),
      },
      {
        title: 'Throttles of the tables',
        unit: 'requests',
        lines: ofTables(['ReadThrottleEvents', 'WriteThrottleEvents']),
      },
      {
        title: 'Errors of the tables, by operation',
        unit: 'requests',
        lines: TABLES.map((one) => lineOfEachValue(one, table(one, 'SystemErrors'), 'Operation')),
      },
      {
        title: 'Errors of functions (of the authorizer, its 401s too)',
        unit: 'invocations',
        lines: lineOfEach(functions, (name) => lambda(name, 'Errors')),
      },
      {
        title: 'Throttles of functions',
        unit: 'invocations',
        lines: lineOfEach(functions, (name) => lambda(name, 'Throttles')),
      },
      {
        title: 'Answers of the API',
        unit: 'requests',
        lines: [line('all', api('Count')), line('4xx', api('4xx')), line('5xx', api('5xx'))],
      },
    ],
  };
}
