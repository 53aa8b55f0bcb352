import { sshContract } from '../contracts/ssh.ts';
import { startOpenSsh } from './openssh.ts';

sshContract('Debian’s OpenSSH', startOpenSsh);
