import { expect, it } from '@jest/globals';
import { requestIdsOf } from './request-ids.ts';

const context = { awsRequestId: '5f0c1f9e-0000-4000-8000-3a2a5f4a5b6c' };
const invocation = { function_request_id: context.awsRequestId };

it.each(['JKJaXmPLvHcESHA=', 'a+b/c_d-e==', 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef'])(
  'tells the gateway’s id %s and that of the invocation',
  (requestId) => {
    expect(requestIdsOf({ requestContext: { requestId } }, context)).toEqual({ requestId, ...invocation });
  },
);

it.each([
  ['a batch', { Records: [] }],
  ['nothing', undefined],
  ['a context that is none', { requestContext: 'x' }],
  ['an id that is a number', { requestContext: { requestId: 7 } }],
  ['an id that would end the line', { requestContext: { requestId: 'a\nb' } }],
  ['an id without end', { requestContext: { requestId: 'a'.repeat(129) } }],
])('tells the invocation’s alone where the event is %s', (_, event) => {
  expect(requestIdsOf(event, context)).toEqual(invocation);
});

it('tells nothing where there is nothing', () => {
  expect(requestIdsOf({}, undefined)).toEqual({});
});
