import { describe, expect, it } from '@jest/globals';
import { dev } from './dev/environment.ts';
import { parseEnvironment } from './environment.ts';

describe('a region', () => {
  it.each(['eu-central-1', 'us-east-1', 'ap-southeast-5', 'me-central-1', 'mx-central-1', 'il-central-1'])(
    'may be %s',
    (region) => {
      expect(parseEnvironment({ ...dev, region })).toMatchObject({ region });
    },
  );

  it.each([
    'cn-north-1',
    'us-gov-west-1',
    'us-iso-east-1',
    'us-isob-east-1',
    'us-isof-south-1',
    'eu-isoe-west-1',
    'eusc-de-east-1',
  ])('is not %s: nothing was ever tried in its partition', (region) => {
    expect(() => parseEnvironment({ ...dev, region })).toThrow(
      `region: ${region} is in a partition of AWS where Cloakroom was never tried: choose a region of the partition "aws". What would have to be tried first stands in docs/regions.md of Cloakroom`,
    );
    const state = { kind: 's3', bucket: 'a-bucket', region };
    expect(() => parseEnvironment({ ...dev, state })).toThrow(`state.region: ${region} is in a partition`);
  });
});
