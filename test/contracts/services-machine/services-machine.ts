import type { Machines, MachineUnderTest } from '../machine-under-test.ts';
import { appContract } from './app.ts';
import { dataContract } from './data.ts';
import { filesContract } from './files.ts';

/** What every Services machine does, whoever answers at the other end of the wire. */
export function servicesMachineContract(name: string, start: () => Promise<Machines>): void {
  describe(`the Services machine: ${name}`, () => {
    let machines: Machines | undefined;
    let current: MachineUnderTest | undefined;

    const here = () => {
      if (current === undefined) throw new Error('No machine is open.');
      return current;
    };

    beforeAll(async () => {
      machines = await start();
    });
    beforeEach(async () => {
      current = await machines?.open();
    });
    afterEach(() => {
      current?.machine.close();
      current = undefined;
    });
    afterAll(async () => {
      await machines?.close();
    });

    filesContract(here);
    appContract(here);
    dataContract(here);
  });
}
