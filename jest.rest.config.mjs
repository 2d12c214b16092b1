import unit, { DEPLOYED, LEFT_OUT } from './jest.config.mjs';

/** All other tests: of the local AWS, Terraform and the scripts, and the long proofs. */
export default {
  ...unit,
  testMatch: [...unit.testMatch, ...DEPLOYED.map((pattern) => `!${pattern}`)],
  testPathIgnorePatterns: [...unit.testPathIgnorePatterns, ...LEFT_OUT],
};
