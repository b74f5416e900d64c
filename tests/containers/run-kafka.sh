#!/bin/bash
# KAFKA_* become server.properties as in the official image: _ is a dot, __ an underscore, ___ a dash.
set -euo pipefail
properties=$(mktemp)
{
    echo "log.dirs=${KAFKA_LOG_DIRS:-/var/lib/kafka/data}"
    env | grep '^KAFKA_' | grep -v -e '^KAFKA_HEAP_OPTS=' -e '^KAFKA_LOG_DIRS=' | while IFS='=' read -r name value; do
        key=$(echo "${name#KAFKA_}" | tr '[:upper:]' '[:lower:]' | sed -e 's/___/-/g; s/__/\r/g; s/_/./g; s/\r/_/g')
        echo "$key=$value"
    done
} > "$properties"
java=(/opt/java/bin/java ${KAFKA_HEAP_OPTS:--Xmx512m} -XX:+UseSerialGC -XX:TieredStopAtLevel=1
    -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -cp '/opt/kafka/libs/*')
"${java[@]}" kafka.tools.StorageTool format --ignore-formatted -t "${CLUSTER_ID:-5L6g3nShT-eMCtK--X86sw}" -c "$properties"
exec "${java[@]}" kafka.Kafka "$properties"
