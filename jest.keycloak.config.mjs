import unit from './jest.config.mjs';

/** The tests at a real Keycloak. `scripts/dev --provider keycloak` runs once for all files, and every test has people of its own. */
export default {
  transform: unit.transform,
  extensionsToTreatAsEsm: unit.extensionsToTreatAsEsm,
  testMatch: ['<rootDir>/packages/testing/keycloak/**/*.test.ts'],
  globalSetup: '<rootDir>/packages/testing/keycloak/global-setup.mjs',
  globalTeardown: '<rootDir>/packages/testing/keycloak/global-teardown.mjs',
  testTimeout: 60_000,
  maxWorkers: 2,
};
