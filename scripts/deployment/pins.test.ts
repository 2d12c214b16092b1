import type { Pin } from '@cloakroom/terraform';
import { describe, expect, it } from '@jest/globals';
import { assertNoRollout, rolloutUnderWay, tellPins } from './pins.ts';
import { recordedTools } from './tools-fixture.ts';

const SINCE = '2026-03-02T10:00:00.000Z';
const PIN: Pin = { version: '41', reason: 'rollback', since: SINCE };

const aliased = (name: string, live: { description?: string; weights?: Record<string, number> } = {}) => ({
  name,
  live: { version: '41', weights: {}, description: '', revisionId: '1', ...live },
});

describe('tellPins', () => {
  it('says nothing where nothing is pinned', () => {
    const { tools, said } = recordedTools();
    tellPins('prod', [aliased('health')], {}, tools);
    expect(said).toEqual([]);
  });

  it('says which functions stay, since when and why, and what releases them', () => {
    const { tools, said } = recordedTools();
    const marked = aliased('health', { description: `pinned since ${SINCE}: rollback` });
    tellPins('prod', [marked], { health: PIN, authorizer: { ...PIN, reason: 'rollout' } }, tools);
    expect(said).toEqual([
      `health stays at version 41, pinned since ${SINCE} by a rollback`,
      `authorizer stays at version 41, pinned since ${SINCE} by a rollout that did not end`,
      'they are left there; the newest versions serve after: scripts/rollback prod --release',
    ]);
  });

  it('says nothing of what an earlier rollout has pinned, where the next one begins', () => {
    const { tools, said } = recordedTools();
    const marked = aliased('health', { description: `pinned since ${SINCE}: rollout` });
    tellPins('prod', [marked], { health: { ...PIN, reason: 'rollout' } }, tools, true);
    expect(said).toEqual([]);
  });

  it('stops where the file is of before: another version serves than it pins', () => {
    const { tools, said } = recordedTools();
    const newer = { ...aliased('health'), live: { ...aliased('health').live, version: '43' } };
    for (const isGradual of [false, true]) {
      expect(() => tellPins('prod', [newer], { health: PIN }, tools, isGradual)).toThrow(
        'pins health to 41, and 43 serves. If somebody has released it, pull; if a rollback or a release was interrupted, finish it: scripts/rollback prod',
      );
    }
    expect(said).toEqual([]);
  });

  it('stops where the account has a pin that was never committed, and says whose', () => {
    const marked = aliased('health', { description: `pinned since ${SINCE}: rollback` });
    const { tools } = recordedTools();
    expect(() => tellPins('prod', [marked, aliased('authorizer')], {}, tools)).toThrow(
      `terraform/environments/prod/pinned.json does not tell, and this would undo them: health at 41 (pinned since ${SINCE}: rollback). Get that file`,
    );
  });

  it('stops where a rollout is under way, by the file or by the account alone', () => {
    const { tools } = recordedTools();
    const next = { version: '42', weight: 0.1 };
    const problem = `a rollout is under way since ${SINCE} (health 41 → 42 at 10 %): end it first, by scripts/deploy prod --finish or --revert`;
    const told = () => tellPins('prod', [], { health: { ...PIN, reason: 'rollout', next } }, tools);
    expect(told).toThrow(problem);
    const description = `pinned since ${SINCE}: rollout`;
    const found = () => tellPins('prod', [aliased('health', { weights: { 42: 0.1 }, description })], {}, tools);
    expect(found).toThrow(problem);
    const shared = aliased('health', { weights: { 42: 0.1 }, description });
    expect(() => tellPins('prod', [shared], { health: PIN }, tools)).toThrow(problem);
  });
});

it('takes no pin without a share for a rollout that is under way', () => {
  const underWay = rolloutUnderWay([aliased('health')], { health: PIN, authorizer: { ...PIN, reason: 'rollout' } });
  expect(underWay).toEqual({});
  expect(() => assertNoRollout('prod', underWay)).not.toThrow();
});
