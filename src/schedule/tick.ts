import { parentPort, workerData } from 'node:worker_threads';

// The job's whole work, in its own thread: it says which schedules to look at. The main process decides what is due.
parentPort?.postMessage({ keys: workerData.keys });
