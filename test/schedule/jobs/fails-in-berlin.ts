import { parentPort, workerData } from 'node:worker_threads';

if (workerData.job.name.includes('Berlin')) throw new Error('this job fails on purpose');
parentPort?.postMessage('tick');
