import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import type { OperatorClients } from '@cloakroom/aws/operator';

/** While a letter is held nobody else sees it. Longer than a run takes; what is left is released at the end of it. */
const HOLD_SECONDS = 600;
/** A receive that waits asks all of SQS's servers: an empty answer means that there is nothing. */
const WAIT_SECONDS = 1;
const MOST_AT_ONCE = 10;

export type Sqs = Pick<OperatorClients['sqs'], 'send'>;

export interface Letter {
  readonly id: string;
  readonly body: string;
  /** What it tells beside its body, such as the request that posted the event. */
  readonly attributes: NonNullable<Message['MessageAttributes']>;
  /** Epoch milliseconds: when it was first sent, to whichever queue. */
  readonly sentMs: number;
  readonly receipt: string;
}

/** A dead-letter queue, as somebody who looks after it needs it. */
export interface DeadLetterQueue {
  /** About how many there are, held ones too. */
  count(): Promise<number>;
  /** Takes all letters that can be had, each once, up to ten at a time. They are held until released or deleted. */
  take(): AsyncGenerator<readonly Letter[]>;
  delete(letter: Letter): Promise<void>;
  release(letters: readonly Letter[]): Promise<void>;
  purge(): Promise<void>;
}

export function deadLetterQueue(sqs: Sqs, QueueUrl: string): DeadLetterQueue {
  const held = (letter: Letter) => ({ QueueUrl, ReceiptHandle: letter.receipt });
  return {
    async count() {
      const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
      const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] });
      const { Attributes = {} } = await sqs.send(command);
      return AttributeNames.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
    },
    take: () => take(sqs, QueueUrl),
    async delete(letter) {
      await sqs.send(new DeleteMessageCommand(held(letter)));
    },
    async release(letters) {
      const commands = letters.map(
        (letter) => new ChangeMessageVisibilityCommand({ ...held(letter), VisibilityTimeout: 0 }),
      );
      await Promise.all(commands.map((command) => sqs.send(command)));
    },
    async purge() {
      await sqs.send(new PurgeQueueCommand({ QueueUrl }));
    },
  };
}

async function* take(sqs: Sqs, QueueUrl: string): AsyncGenerator<readonly Letter[]> {
  const taken = new Set<string>();
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: MOST_AT_ONCE,
        WaitTimeSeconds: WAIT_SECONDS,
        VisibilityTimeout: HOLD_SECONDS,
        MessageSystemAttributeNames: ['SentTimestamp'],
        MessageAttributeNames: ['All'],
      }),
    );
    const letters = Messages.map(toLetter).filter(({ id }) => !taken.has(id));
    if (letters.length === 0) return;
    for (const { id } of letters) taken.add(id);
    yield letters;
  }
}

function toLetter(message: Message): Letter {
  const { MessageId = '', Body = '', MessageAttributes = {}, ReceiptHandle = '', Attributes = {} } = message;
  return {
    id: MessageId,
    body: Body,
    attributes: MessageAttributes,
    sentMs: Number(Attributes.SentTimestamp ?? 0),
    receipt: ReceiptHandle,
  };
}
