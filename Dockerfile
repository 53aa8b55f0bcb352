# The production image: the bot without its tests and its sandbox. Node runs the TypeScript as it is.
#   docker build -t circleci-backup .
#   docker run --env-file .env -v circleci-backup:/data --stop-timeout 30 circleci-backup
# The stop time-out is longer than STOP_GRACE (25s), so that running steps can end by themselves.
# A release names its base by digest, so that the same build gives the same image (README, "Run it"):
#   docker build --build-arg NODE_IMAGE=node:24-slim@sha256:… -t circleci-backup .
# The command line, also while Slack is down: docker exec CONTAINER circleci-backup status
# To let others read /metrics: -e OPS_HOST=0.0.0.0 and -p 127.0.0.1:9090:9090.

ARG NODE_IMAGE=node:24-slim

FROM $NODE_IMAGE AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM $NODE_IMAGE
ENV NODE_ENV=production DATABASE_URL=sqlite:/data OPS_PORT=9090
WORKDIR /app
RUN mkdir -m 700 /data && chown node:node /data
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY bin ./bin
COPY src ./src
RUN ln -s /app/bin/circleci-backup.js /usr/local/bin/circleci-backup
USER node
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.OPS_PORT + '/livez').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "src/main.ts"]
