import { sshContract } from '../../contracts/ssh/ssh.ts';
import { startLocalServer } from './local-server.ts';

sshContract('a server in this process', startLocalServer);
