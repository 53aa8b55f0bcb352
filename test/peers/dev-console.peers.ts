import { devConsoleContract } from '../contracts/dev-console.ts';
import { startClojureMachines } from './clojure-machine.ts';

devConsoleContract('Clojure behind OpenSSH', () => startClojureMachines('plain'));
devConsoleContract('Clojure with a line editor, behind OpenSSH', () => startClojureMachines('line editor'));
