const decisions = { lines: 95, branches: 95 };

/** Node strips the types itself; nothing is transformed. Needs NODE_OPTIONS=--experimental-vm-modules (scripts/test sets it). */
export default {
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/{packages,functions}/*/src/**/*.test.ts', '<rootDir>/{terraform,scripts}/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/.local/', '/dist/'],
  modulePathIgnorePatterns: ['/.local/', '/dist/'],
  globalSetup: '<rootDir>/packages/testing/global-setup.mjs',
  globalTeardown: '<rootDir>/packages/testing/global-teardown.mjs',
  testTimeout: 60_000,
  coverageProvider: 'v8',
  coverageReporters: ['text', 'json-summary'],
  // A function's index.ts only wires, without a branch; the end-to-end tests run it as a bundle.
  collectCoverageFrom: [
    '{packages,functions,terraform}/**/src/**/*.ts',
    '!**/*.test.ts',
    '!functions/*/src/index.ts',
    '!packages/testing/**',
  ],
  coverageThreshold: {
    'packages/auth/src': decisions,
    'packages/aws/src': decisions,
    'packages/sessions/src': decisions,
    'functions/authorizer/src': decisions,
    'functions/create-session/src': decisions,
    'functions/sessions-api/src': decisions,
  },
};
