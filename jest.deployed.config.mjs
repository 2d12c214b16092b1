import unit, { DEPLOYED } from './jest.config.mjs';

const decisions = { lines: 95, branches: 95 };

/** The tests of what runs on AWS, with coverage, which costs each file of tests half a second: `--coverage` turns it on. */
export default {
  ...unit,
  testMatch: DEPLOYED,
  globals: { hasProofs: false },
  coverageProvider: 'v8',
  coverageReporters: ['text', 'json-summary'],
  // A function's index.ts only wires, without a branch; the end-to-end tests run it as a bundle.
  collectCoverageFrom: [
    '{packages,functions}/**/src/**/*.ts',
    '!packages/{local,testing}/**',
    '!**/*.test.ts',
    '!**/*-fixture.ts',
    '!functions/*/src/index.ts',
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
