import { generalPolicy } from '../src/cli/iam-policy.ts';
import { envExample } from './env-example.ts';
import { manifestText } from './manifest.ts';
import { reference } from './reference.ts';

/** Files of the repository that are made from code, by path. */
export async function generatedFiles(): Promise<Record<string, string>> {
  return {
    '.env.example': envExample(),
    'manifest.yml': manifestText('socket'),
    'manifest.http.yml': manifestText('http'),
    'docs/reference.md': await reference(),
    'iam-policy.json': `${JSON.stringify(generalPolicy(), null, 2)}\n`,
  };
}
