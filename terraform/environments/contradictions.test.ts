import { ConfigurationError } from '@cloakroom/core';
import { describe, expect, it } from '@jest/globals';
import { CONTRADICTIONS, type Contradiction } from '../testing/contradictions.ts';
import { CONTRADICTIONS_OF_PARTS } from '../testing/contradictions-of-parts.ts';
import { synthesized } from '../testing/synthesized.ts';

/** What is told of a configuration that cannot be synthesized, problem by problem. */
function problemsOf(environment: unknown): readonly string[] {
  try {
    synthesized(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe('a configuration that contradicts itself', () => {
  it.each<Contradiction>([...CONTRADICTIONS, ...CONTRADICTIONS_OF_PARTS])(
    'fails synthesis, and a newcomer is told why: %s',
    (_, environment, problem) => {
      expect(problemsOf(environment)).toEqual([problem]);
    },
  );
});
