import { beforeEach, describe } from '@jest/globals';
import type { Fixture } from './contract-fixture.ts';
import { describeCreateRecord, describeReplaceData, describeSetLifetime } from './contract-of-changing-fixture.ts';
import { describeRevoke, describeRevokeAll } from './contract-of-ending-fixture.ts';
import { describeErasure } from './contract-of-erasure-fixture.ts';
import { describeExpiry } from './contract-of-expiry-fixture.ts';
import { describeIsKnown, describeList, describeRequire, describeScan } from './contract-of-reading-fixture.ts';
import { describeUnknown } from './contract-of-unknown-fixture.ts';
import { START } from './store-fixture.ts';

/** What every session store does, whatever it keeps its sessions in. */
export function describeSessionStore(name: string, fixtureOf: () => Fixture): void {
  describe(`a session store on ${name}`, () => {
    beforeEach(() => {
      const { state, sent } = fixtureOf();
      state.nowSeconds = START;
      state.intercept = undefined;
      sent.length = 0;
    });
    describe('require', () => describeRequire(fixtureOf));
    describe('isKnown', () => describeIsKnown(fixtureOf));
    describe('list', () => describeList(fixtureOf));
    describe('revoke', () => describeRevoke(fixtureOf));
    describe('revokeAll', () => describeRevokeAll(fixtureOf));
    describe('replaceData', () => describeReplaceData(fixtureOf));
    describe('createRecord', () => describeCreateRecord(fixtureOf));
    describe('setLifetime', () => describeSetLifetime(fixtureOf));
    describe('scan', () => describeScan(fixtureOf));
    describe('erasure', () => describeErasure(fixtureOf));
    describe('what it does not understand', () => describeUnknown(fixtureOf));
    describe('expiry', () => describeExpiry(fixtureOf));
  });
}
