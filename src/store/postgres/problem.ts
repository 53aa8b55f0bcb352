import { isNativeError } from 'node:util/types';
import { type PostgresAddress, serverName } from '../../core/model/database.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { unavailable } from '../unavailable.ts';

const GOES_ON = 'A bot that runs then goes on by itself. Backups in EC2 are not affected.';

/**
 * Puts an error of the server (a SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html), of the
 * connection or of TLS (Node's codes) into words that name the server. No text of the server's is shown where it may
 * repeat what was sent.
 */
export function postgresProblem(error: unknown, address: PostgresAddress): ProblemError {
  if (error instanceof ProblemError) return error;
  const [reason, step] = inWords(codeOf(error), address);
  return unavailable(reason, error, `${step} ${GOES_ON}`);
}

/** Whether the server itself has said this on a connection that goes on. */
export function isAnswer(error: unknown): boolean {
  const code = codeOf(error);
  return isSqlState(code) && !/^(08|57P|25P0[23])/.test(code);
}

function inWords(code: string, address: PostgresAddress): [reason: string, step: string] {
  const server = serverName(address);
  const { user, database, host } = address;
  switch (code) {
    case '28P01':
      return [`${server} refuses the password of the user “${user}”`, 'Set the right one in DATABASE_URL.'];
    case '28000':
      return [
        `${server} does not let in the user “${user}” from here in this way`,
        'See its pg_hba.conf: the user, this machine’s address, and whether TLS is demanded (sslmode=verify-full in DATABASE_URL).',
      ];
    case '3D000':
      return [`${server} does not exist`, `Make it: create database "${database}".`];
    case '42501':
      return [
        `${server} denies the user “${user}” a right that the bot needs`,
        `Its owner types: grant create on database "${database}" to "${user}". The bot makes two schemas there.`,
      ];
    case '25006':
      return [`${server} is read-only`, 'Name the primary server in DATABASE_URL, or let it be written.'];
    case '53100':
      return [`the disk of ${server} is full`, 'Make room on it.'];
    case '53300':
      return [
        `${server} has no connection left`,
        'Let it have more (max_connections), or let others have fewer.',
      ];
    case '57P03':
      return [`${server} is starting or in recovery`, 'Wait for it.'];
    case '55P03':
    case '57014':
    case '25P03':
      return [
        `${server} did not get to it in time, as another process keeps it waiting`,
        'See what holds its locks (pg_stat_activity).',
      ];
    case '08P01':
      return [
        `what answers for ${server} is no PostgreSQL, or a connection pooler that does not take the bot’s settings`,
        'Name the server itself in DATABASE_URL: a pooler in transaction mode cannot be used.',
      ];
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return [`the name ${host} leads nowhere (${code})`, 'Correct it in DATABASE_URL.'];
    case 'ECONNREFUSED':
    case 'ENOENT':
      return [`nothing listens for ${server} (${code})`, 'Start it, or correct DATABASE_URL.'];
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return [
        `${server} cannot be reached (${code})`,
        'See the network between them: security group, subnet, firewall.',
      ];
    default:
      return otherwise(code, server);
  }
}

function otherwise(code: string, server: string): [reason: string, step: string] {
  if (isTls(code))
    return [
      `the certificate of ${server} is not one to be trusted (${code})`,
      'Set NODE_EXTRA_CA_CERTS to the file of its certificate authority. (sslmode=require in DATABASE_URL trusts whoever answers.)',
    ];
  if (code === '' || /^(08|57P|E[A-Z]+$)/.test(code))
    return [
      `the connection to ${server} was lost, or not made${code === '' ? '' : ` (${code})`}`,
      'See whether it runs, and whether it speaks TLS where DATABASE_URL demands it (sslmode).',
    ];
  return [`${server} refused a query (SQLSTATE ${code})`, 'See its log and the bot’s.'];
}

function isTls(code: string): boolean {
  return /^(ERR_TLS_|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_)/.test(code);
}

function isSqlState(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && /\d/.test(code);
}

/** Empty where there is none: pg has some errors of its own without any. */
function codeOf(error: unknown): string {
  if (!isNativeError(error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  // Of a name with several addresses each was tried.
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return error.cause === undefined ? '' : codeOf(error.cause);
}
