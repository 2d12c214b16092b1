import unit from './jest.config.mjs';

/** The tests in a real Chromium, with one `scripts/dev` for each file. */
export default {
  transform: unit.transform,
  extensionsToTreatAsEsm: unit.extensionsToTreatAsEsm,
  testMatch: ['<rootDir>/packages/testing/browser/**/*.test.ts'],
  testTimeout: 60_000,
  maxWorkers: 1,
};
