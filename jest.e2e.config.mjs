import unit, { LEFT_OUT } from './jest.config.mjs';

/** The end-to-end tests: each file starts `scripts/dev` for itself and talks to it as a user would. */
export default {
  transform: unit.transform,
  extensionsToTreatAsEsm: unit.extensionsToTreatAsEsm,
  testMatch: ['<rootDir>/packages/testing/e2e/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...LEFT_OUT],
  testSequencer: '<rootDir>/packages/testing/sequencer.mjs',
  testTimeout: 120_000,
  maxWorkers: 3,
};
