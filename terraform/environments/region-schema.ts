import * as v from 'valibot';
import { OTHER_PARTITIONS } from '../modules/partition-of.ts';

export const UNTRIED_PARTITION =
  'is in a partition of AWS where Cloakroom was never tried: choose a region of the partition "aws". What would have to be tried first stands in docs/regions.md of Cloakroom';

/**
 * A region of the partition `aws`. The others have accounts, hosts and services of their own, and nothing of Cloakroom has ever stood in
 * one: that is said at synthesis, and not by half an apply.
 *
 * @see https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
 */
export const regionSchema = v.pipe(
  v.string(),
  v.regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, 'must be an AWS region, such as eu-central-1'),
  v.check(
    (region) => !OTHER_PARTITIONS.test(region),
    ({ input }) => `${input} ${UNTRIED_PARTITION}`,
  ),
);
