import unit, { LEFT_OUT } from './jest.config.mjs';

/** The end-to-end tests: each file talks as a user would to a `scripts/dev`, its own or one that it shares with others. */
export default {
  transform: unit.transform,
  extensionsToTreatAsEsm: unit.extensionsToTreatAsEsm,
  testMatch: ['<rootDir>/packages/testing/e2e/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...LEFT_OUT],
  globalSetup: '<rootDir>/packages/testing/e2e/global-setup.mjs',
  globalTeardown: '<rootDir>/packages/testing/e2e/global-teardown.mjs',
  testSequencer: '<rootDir>/packages/testing/sequencer.mjs',
  testTimeout: 120_000,
  maxWorkers: 3,
};
