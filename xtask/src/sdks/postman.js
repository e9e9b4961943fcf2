// Imports the emulator's description as Postman does, with the settings and variables that the README names, and sends each
// request. Each has to succeed, except polls of operations that do not exist.
import newman from "newman";
import postman from "openapi-to-postmanv2";

const [control, token, ...services] = process.argv.slice(2);
const description = await (await fetch(`${control}/openapi.json`)).text();
const settings = { folderStrategy: "Tags", parametersResolution: "Example", enableOptionalParameters: false };
const collection = await new Promise((resolve, reject) => {
  postman.convertV2({ type: "string", data: description }, settings, (error, imported) =>
    imported?.result ? resolve(imported.output[0].data) : reject(error ?? imported.reason));
});

for (const service of services) {
  const [folder, baseUrl] = service.split("=");
  const envVar = [{ key: "baseUrl", value: baseUrl }, { key: "bearerToken", value: token }];
  const { executions } = await new Promise((resolve, reject) => {
    newman.run({ collection, folder, envVar }, (error, summary) => error ? reject(error) : resolve(summary.run));
  });
  for (const { item, request, response, requestError } of executions) {
    const isPoll = item.name.includes("of an update");
    if (requestError || (isPoll ? response.code !== 404 : response.code >= 300)) {
      throw new Error(`${request.method} ${request.url}: ${requestError ?? `${response.code} ${response.text()}`}`);
    }
  }
  console.log(`${folder}: ${executions.length} requests`);
}
