/** Waits for a message to fail five times, a minute in all: the other files fit into that, if it goes first. */
const LONGEST = 'events.test.ts';

/** Jest's test sequencer: the default one goes by the durations of earlier runs, which a fresh clone does not have. */
export default class {
  sort(tests) {
    return tests.toSorted((one, other) => Number(isLongest(other)) - Number(isLongest(one)));
  }

  allFailedTests(tests) {
    return tests;
  }

  cacheResults() {}
}

function isLongest({ path }) {
  return path.endsWith(LONGEST);
}
