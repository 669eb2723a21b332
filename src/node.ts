// The entry for Node: the same exports as index.ts, with the native addon as the first choice of backend.

import { installNodeFileReader } from "./node/file-reader.js";
import { installNodeFileOutput } from "./node/file-output.js";
import { installNodeFiles } from "./node/file-system.js";
import { installNodeHelpers } from "./node/helper-worker.js";
import { installNodeBackends } from "./node/native-loader.js";
import { installNodeStorages } from "./node/tune-storage.js";
import { installNodeTuneWorkers } from "./node/tune-workers.js";

export * from "./index.js";

installNodeBackends();
installNodeFiles();
installNodeHelpers();
installNodeFileReader();
installNodeFileOutput();
installNodeStorages();
installNodeTuneWorkers();
