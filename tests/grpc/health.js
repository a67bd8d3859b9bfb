// Asks a server for its health by grpc.health.v1, with gRPC's client for Node.js and its own copy of the protocol:
//
//   node health.js check|watch|list ADDRESS [--service NAME] [--token TOKEN] [--ca FILE.pem]
//
// With --ca by TLS, else by HTTP/2 in plain text. Each message is printed on a line of its own, and a status that is not OK as the last
// one: `CODE: details`. The packages are those installed beside this file, or in the folder HEALTH_AGENT_TEST_GRPC_CLIENT.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const installed = process.env.HEALTH_AGENT_TEST_GRPC_CLIENT || dirname(fileURLToPath(import.meta.url));
const load = createRequire(join(installed, 'package.json'));
const grpc = load('@grpc/grpc-js');

const { positionals: [method, address], values } = parseArgs({
  allowPositionals: true,
  options: { service: { type: 'string', default: '' }, token: { type: 'string' }, ca: { type: 'string' } },
});
const credentials = values.ca ? grpc.credentials.createSsl(readFileSync(values.ca)) : grpc.credentials.createInsecure();
const { Health } = grpc.loadPackageDefinition(loadProtocol()).grpc.health.v1;
const client = new Health(address, credentials);
const metadata = new grpc.Metadata();
if (values.token) {
  metadata.set('authorization', `Bearer ${values.token}`);
}

const request = method === 'list' ? {} : { service: values.service };
if (method === 'watch') {
  client.watch(request, metadata).on('data', print).on('error', printError);
} else {
  client[method](request, metadata, (error, response) => (error ? printError(error) : print(response)));
}

function loadProtocol() {
  const package_ = dirname(load.resolve('grpc-health-check/package.json'));
  const { loadSync } = createRequire(join(package_, 'package.json'))('@grpc/proto-loader');
  return loadSync('health/v1/health.proto', { includeDirs: [join(package_, 'proto')], enums: String, defaults: true });
}

function print({ status, statuses }) {
  if (status) {
    console.log(status);
    return;
  }

  for (const name of Object.keys(statuses).sort()) {
    console.log(`${name} ${statuses[name].status}`);
  }
}

function printError({ code, details }) {
  console.log(`${grpc.status[code]}: ${details}`);
}
