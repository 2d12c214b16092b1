/**
 * What the tests work with of AWS, by the beginning of a type's name: of 1,500 types of resources and 600 of data sources, about a fifth. Of one
 * that is missing here, Terraform says that the provider does not know it.
 */
const KEPT =
  /^aws_(acm|api_gateway|apigatewayv2|appautoscaling|caller_identity|cloudwatch|cognito|default|dynamodb|flow_log|iam|kms|lambda|region|route|secretsmanager|security_group|sns|sqs|subnet|vpc)(_|$|53_record)/;
/** What comes before a message of gRPC: whether it is compressed, and how long it is. */
const PREFIX_BYTES = 5;
/** Maps by the name of a type: of resources, data sources, ephemeral and listed resources. Both versions of the protocol have these numbers. */
const TYPES = [2, 3, 8, 9];
/** The wire type of texts and messages in protobuf; a schema has no other. */
const LENGTH_DELIMITED = 2;

/**
 * Leaves out of an answer to `GetSchema` the types that no test works with. What is kept is kept byte for byte, in its order.
 *
 * @param answer one message of gRPC, with its prefix
 * @throws Error for anything but a message with fields of protobuf
 * @see https://github.com/hashicorp/terraform/blob/main/docs/plugin-protocol/tfplugin5.proto
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export function withKeptTypes(answer: Buffer): Buffer {
  if (answer.length < PREFIX_BYTES || answer[0] !== 0) throw new Error('the provider has answered with no schema');
  const kept = fieldsOf(answer.subarray(PREFIX_BYTES)).filter(({ number, content }) => {
    if (!TYPES.includes(number)) return true;
    // An entry of a map is a message: its key, its value.
    const key = fieldsOf(content).find((field) => field.number === 1);
    return KEPT.test(key?.content.toString() ?? '');
  });
  const message = Buffer.concat(kept.map(({ bytes }) => bytes));
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** A field of a message: its number, what is in it, and all of its bytes. */
interface Field {
  readonly number: number;
  readonly content: Buffer;
  readonly bytes: Buffer;
}

function fieldsOf(message: Buffer): readonly Field[] {
  const fields: Field[] = [];
  for (let at = 0; at < message.length; ) {
    const tag = varintAt(message, at);
    const length = varintAt(message, tag.end);
    const end = length.end + length.value;
    if (tag.value % 8 !== LENGTH_DELIMITED || end > message.length)
      throw new Error('the schema is no message of texts');
    const content = message.subarray(length.end, end);
    fields.push({ number: Math.floor(tag.value / 8), content, bytes: message.subarray(at, end) });
    at = end;
  }
  return fields;
}

function varintAt(message: Buffer, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let at = start; at < message.length; at += 1) {
    const byte = message.readUInt8(at);
    value += (byte % 128) * 128 ** (at - start);
    if (byte < 128) return { value, end: at + 1 };
  }
  throw new Error('the schema ends within a number');
}
