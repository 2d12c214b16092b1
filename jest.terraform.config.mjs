import unit from './jest.config.mjs';

/** The tests that apply the stack by Terraform's own AWS provider. They mostly wait, so there are more workers than cores. */
export default {
  transform: unit.transform,
  extensionsToTreatAsEsm: unit.extensionsToTreatAsEsm,
  testMatch: ['<rootDir>/terraform/apply/**/*.test.ts'],
  modulePathIgnorePatterns: unit.modulePathIgnorePatterns,
  globalSetup: '<rootDir>/terraform/apply/global-setup.mjs',
  globalTeardown: '<rootDir>/terraform/apply/global-teardown.mjs',
  testTimeout: 600_000,
  maxWorkers: 5,
};
