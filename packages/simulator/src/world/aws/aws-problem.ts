import type { WorldReply } from '../stand-in.ts';
import { xmlReply } from './xml.ts';

/** An error of AWS, thrown while a call is worked on; not an error of this program. */
export class AwsProblem extends Error {
  readonly code: string;
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** The problem as the service writes it: EC2 has its own shape. */
export function problemReply(service: string, problem: AwsProblem, requestId: string): WorldReply {
  const { code, message, status } = problem;
  if (service === 'ec2') {
    const error = { Code: code, Message: message };
    return xmlReply(
      status,
      { Response: { Errors: { Error: error }, RequestID: requestId } },
      requestId,
    );
  }
  const error = { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message };
  return xmlReply(status, { ErrorResponse: { Error: error, RequestId: requestId } }, requestId);
}
