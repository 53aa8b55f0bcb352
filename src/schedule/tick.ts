import { parentPort } from 'node:worker_threads';

// The job's whole work, in its own thread: it says that its time has come. The main process knows for whom, and what is due.
parentPort?.postMessage('tick');
