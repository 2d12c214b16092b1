import { statSync } from 'node:fs';

/** They wait for what only time brings, or run a whole system many times: the others fit beside them, if they go first. */
const LONGEST = [
  'e2e/events.proof.test.ts',
  'e2e/lifecycle.proof.test.ts',
  'e2e/runbooks.proof.test.ts',
  'e2e/session-api.test.ts',
  'e2e/browser-hand-in.test.ts',
  'sessions/src/revocation.proof.test.ts',
  'sessions/src/flood.proof.test.ts',
  'sessions/src/session-model.proof.test.ts',
  'token-handler/src/local-provider.test.ts',
];

/** Jest's test sequencer: the default one goes by the durations of earlier runs, which a fresh clone does not have. */
export default class {
  sort(tests) {
    const sized = tests.map((test) => ({ test, rank: rankOf(test), size: statSync(test.path).size }));
    return sized.toSorted((one, other) => one.rank - other.rank || other.size - one.size).map(({ test }) => test);
  }

  allFailedTests(tests) {
    return tests;
  }

  cacheResults() {}
}

function rankOf({ path }) {
  const rank = LONGEST.findIndex((name) => path.endsWith(name));
  return rank === -1 ? LONGEST.length : rank;
}
