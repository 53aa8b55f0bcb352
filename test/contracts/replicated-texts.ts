/** Replicated's files in the forms that its installers have written (facts: circleci-services-machine.md). */
export const REPLICATED = `RELEASE_CHANNEL=stable
PRIVATE_ADDRESS=10.20.1.12
SKIP_OPERATOR_INSTALL=0
REPLICATED_OPTS=" -e DAEMON_TOKEN=q7Lw2example0Token -e LOG_LEVEL=info -e NODENAME=ip-10-20-1-12.ec2.internal --log-opt max-size=50m --log-opt max-file=3"
REPLICATED_UI_OPTS=" -e LOG_LEVEL=info --log-opt max-size=50m --log-opt max-file=3"
`;

export const REPLICATED_OPERATOR = `RELEASE_CHANNEL=stable
DAEMON_ENDPOINT=10.20.1.12:9879
DAEMON_TOKEN=q7Lw2example0Token
DAEMON_HOST=10.20.1.12
PRIVATE_ADDRESS=10.20.1.12
REPLICATED_OPERATOR_OPTS=" -e PUBLIC_ADDRESS=203.0.113.40 -e TAGS=local -e LOG_LEVEL=info -e NODENAME=ip-10-20-1-12.ec2.internal"
`;

/** Of 2017, behind a proxy. */
export const REPLICATED_PROXY = `PRIVATE_ADDRESS=10.20.1.12
REPLICATED_OPTS="-e HTTP_PROXY=http://10.20.0.5:3128 -e NO_PROXY=10.20.1.12,127.0.0.1,172.17.0.1,localhost -e DAEMON_TOKEN=q7L -e NODENAME=ci"
`;

export const OPERATOR_BRACKETS = `DAEMON_ENDPOINT=[10.20.1.12]:9879
DAEMON_HOST=[10.20.1.12]
`;
