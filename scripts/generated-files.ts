import { generalPolicy } from '../src/cli/iam-policy.ts';
import { envExample } from './env-example.ts';
import { manifestText } from './manifest.ts';

/** Files of the repository that are made from code, by path. */
export function generatedFiles(): Record<string, string> {
  return {
    '.env.example': envExample(),
    'manifest.yml': manifestText('socket'),
    'manifest.http.yml': manifestText('http'),
    'iam-policy.json': `${JSON.stringify(generalPolicy(), null, 2)}\n`,
  };
}
