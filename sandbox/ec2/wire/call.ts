import type { IncomingMessage } from 'node:http';
import { rdsAction, rdsError, rdsResult } from '../databases/databases.ts';
import { answerEbs, readEbsRequest } from '../images/ebs.ts';
import type { State } from '../state.ts';
import { findAction, permissionsFor } from './actions.ts';
import { ApiError } from './errors.ts';
import { flag, type Params, parseForm, text } from './query.ts';
import { errorDocument, resultDocument } from './xml.ts';

/** The most bytes of a form; EC2's own limit is near it. */
const MOST_BYTES = 1024 * 1024;

/** A request understood: what it asks for, and how its service words results and errors. */
export interface Call {
  service: 'ec2' | 'ebs' | 'rds';
  action: string;
  dryRun: boolean;
  params: Params;
  permissions: string[];
  run(state: State): Answer;
  refuse(error: ApiError): Answer;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Reads a request of either service; undefined where neither has such a path. */
export async function readCall(request: IncomingMessage, requestId: string): Promise<Call | undefined> {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  if (request.method === 'POST' && url.pathname === '/') return ec2Call(await readBody(request), requestId);
  const ebs = readEbsRequest(request.method ?? '', url);
  if (!ebs) return undefined;
  return {
    service: 'ebs',
    action: ebs.action,
    dryRun: false,
    params: { snapshotId: ebs.snapshotId, ...Object.fromEntries(ebs.query) },
    permissions: [`ebs:${ebs.action}`],
    run: (state) => json(200, requestId, answerEbs(state, ebs)),
    refuse: ({ code, message, reason, status }) =>
      json(
        status,
        requestId,
        { Message: message, ...(reason && { Reason: reason }) },
        { 'x-amzn-errortype': code },
      ),
  };
}

function ec2Call(body: string, requestId: string): Call {
  const refuse = (error: ApiError) =>
    xml(error.status, requestId, errorDocument(error.code, error.message, requestId));
  let action = '';
  try {
    const params = parseForm(body);
    action = text(params, 'Action') ?? '';
    if (action === '') throw new ApiError('MissingAction', 'The request is missing an action');
    const rds = rdsAction(action);
    if (rds !== undefined) {
      return {
        service: 'rds',
        action,
        dryRun: false,
        params,
        permissions: [`rds:${action}`, ...('Tags' in params ? ['rds:AddTagsToResource'] : [])],
        run: (state) => xml(200, requestId, rdsResult(action, requestId, rds(state, params))),
        refuse: (error) => xml(error.status, requestId, rdsError(error, requestId)),
      };
    }
    const { run } = findAction(action, params);
    return {
      service: 'ec2',
      action,
      dryRun: flag(params, 'DryRun'),
      params,
      permissions: permissionsFor(action, params),
      run: (state) => xml(200, requestId, resultDocument(action, requestId, run(state, params))),
      refuse,
    };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return {
      service: 'ec2',
      action,
      dryRun: false,
      params: {},
      permissions: [],
      run: refused(error),
      refuse,
    };
  }
}

/** A request that cannot be read still passes the gate first, where the caller's credentials are looked at. */
function refused(error: ApiError): () => never {
  return () => {
    throw error;
  };
}

function xml(status: number, requestId: string, body: string): Answer {
  return {
    status,
    headers: { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId },
    body,
  };
}

function json(status: number, requestId: string, body: unknown, more: Record<string, string> = {}): Answer {
  const headers = { 'content-type': 'application/json', 'x-amzn-requestid': requestId, ...more };
  return { status, headers, body: JSON.stringify(body) };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new Error('The request is too large for the sandbox');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
