/** Node strips the types itself; nothing is transformed. Needs NODE_OPTIONS=--experimental-vm-modules (scripts/test sets it). */
export default {
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/**/src/**/*.test.ts', '<rootDir>/terraform/**/*.test.ts', '<rootDir>/scripts/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/.local/', '/dist/'],
  modulePathIgnorePatterns: ['/.local/', '/dist/'],
  globalSetup: '<rootDir>/packages/testing/global-setup.mjs',
  globalTeardown: '<rootDir>/packages/testing/global-teardown.mjs',
  coverageProvider: 'v8',
  collectCoverageFrom: ['{packages,functions,terraform}/**/*.ts', '!**/*.test.ts', '!**/node_modules/**'],
};
