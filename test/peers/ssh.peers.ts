import { sshContract } from '../contracts/ssh/ssh.ts';
import { startOpenSsh } from './openssh.ts';

sshContract('Debian’s OpenSSH', startOpenSsh);
