import unit, { DEPLOYED } from './jest.config.mjs';

/** All other tests: of the local AWS, Terraform and the scripts, and the long proofs. */
export default {
  ...unit,
  testMatch: [...unit.testMatch, ...DEPLOYED.map((pattern) => `!${pattern}`)],
};
