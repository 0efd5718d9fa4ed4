{{/* Seconds as EgressGateway's users write them, or a duration. */}}
{{- define "baton.duration" -}}
{{- if kindIs "string" . }}{{ . }}{{ else }}{{ int . }}s{{ end -}}
{{- end }}

{{/* A timing by its place in the values, or by the shorter one that EgressGateway's document on failover names. */}}
{{- define "baton.timing" -}}
{{- $feature := .root.Values.feature -}}
{{- include "baton.duration" (ternary (get $feature .key) (get $feature.gatewayFailover .key) (hasKey $feature .key)) -}}
{{- end }}

{{- define "baton.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* The fleet's own settings. */}}
{{- define "baton.settings" -}}
apiVersion: baton.dev/v1beta1
kind: Settings
spec:
  tunnelMonitorPeriod: {{ include "baton.timing" (dict "root" . "key" "tunnelMonitorPeriod") }}
  tunnelUpdatePeriod: {{ include "baton.timing" (dict "root" . "key" "tunnelUpdatePeriod") }}
  eipEvictionTimeout: {{ include "baton.timing" (dict "root" . "key" "eipEvictionTimeout") }}
  tunnelIpv4Subnet: {{ .Values.feature.tunnelIpv4Subnet }}
  tunnelIpv6Subnet: {{ .Values.feature.tunnelIpv6Subnet }}
{{- end }}

{{/* active or observe. */}}
{{- define "baton.mode" -}}
{{- get (dict "active" "active" "observe" "observe") (.Values.feature.mode | default "active" | toString) | required "feature.mode is active or observe" -}}
{{- end }}

{{/* Whether an object of the manifests is left out: while it observes, nothing asks Baton about others' objects. */}}
{{- define "baton.isLeftOut" -}}
{{- if and (eq (include "baton.mode" .root) "observe") (hasSuffix "WebhookConfiguration" .object.kind) -}}true{{- end -}}
{{- end }}

{{/* Values over one object of the plain manifests, which are the chart's templates: what they say is said once. */}}
{{- define "baton.fit" -}}
{{- $o := .object -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
{{- if $o.metadata.namespace -}}
{{- $_ := set $o.metadata "namespace" $root.Release.Namespace -}}
{{- end -}}
{{- range $o.subjects -}}
{{- $_ := set . "namespace" $root.Release.Namespace -}}
{{- end -}}
{{- range $o.webhooks -}}
{{- $_ := set .clientConfig.service "namespace" $root.Release.Namespace -}}
{{- end -}}
{{- if eq $o.kind "ConfigMap" -}}
{{- $_ := set $o.data "BATON_BOOTSTRAP" $values.kafka.bootstrap -}}
{{- $_ := set $o.data "BATON_FLEET" $values.kafka.fleet -}}
{{- $_ := set $o.data "BATON_MONITOR_PERIOD" (include "baton.timing" (dict "root" $root "key" "tunnelMonitorPeriod")) -}}
{{- $_ := set $o.data "BATON_UPDATE_PERIOD" (include "baton.timing" (dict "root" $root "key" "tunnelUpdatePeriod")) -}}
{{- $_ := set $o.data "BATON_EVICTION_TIMEOUT" (include "baton.timing" (dict "root" $root "key" "eipEvictionTimeout")) -}}
{{- $_ := set $o.data "BATON_ENABLE_IPV4" (toString $values.feature.enableIPv4) -}}
{{- $_ := set $o.data "BATON_ENABLE_IPV6" (toString $values.feature.enableIPv6) -}}
{{- /* YAML takes off for false, for which the default counts. */ -}}
{{- $_ := set $o.data "BATON_UNKNOWN_PODS" (get (dict "off" "off" "hold" "hold") ($values.feature.unknownPods | default "off" | toString) | required "feature.unknownPods is off or hold") -}}
{{- $_ := set $o.data "BATON_UNKNOWN_PODS_WAIT" ($values.feature.unknownPodsWait | default "5s" | toString) -}}
{{- end -}}
{{- if has $o.kind (list "Deployment" "DaemonSet") -}}
{{- $own := ternary $values.controller $values.agent (eq $o.kind "Deployment") -}}
{{- $pod := $o.spec.template.spec -}}
{{- $container := first $pod.containers -}}
{{- $_ := set $container "image" (include "baton.image" $root) -}}
{{- $_ := set $container "imagePullPolicy" $values.image.pullPolicy -}}
{{- if $own.resources -}}{{- $_ := set $container "resources" $own.resources -}}{{- end -}}
{{- if $own.tolerations -}}{{- $_ := set $pod "tolerations" $own.tolerations -}}{{- end -}}
{{- if eq $o.kind "DaemonSet" -}}
{{- range $container.env -}}
{{- if eq .name "BATON_DATAPATH" -}}{{- $_ := set . "value" (get (dict "nft" "linux" "iptables" "iptables") $values.feature.datapathMode | required "feature.datapathMode is nft or iptables") -}}{{- end -}}
{{- if and (eq .name "BATON_DATAPATH") (eq (include "baton.mode" $root) "observe") -}}{{- $_ := set . "value" "record" -}}{{- end -}}
{{- end -}}
{{- /* What is only written down need not be moved away; the agent that follows goes on at once. */ -}}
{{- $stop := ternary "stay" ($own.stop | default "leave") (eq (include "baton.mode" $root) "observe") -}}
{{- if not (has $stop (list "leave" "stay" "handover")) -}}{{- fail "agent.stop is leave, stay or handover" -}}{{- end -}}
{{- if ne $stop "leave" -}}{{- $_ := set $container "env" (append $container.env (dict "name" "BATON_STOP" "value" $stop)) -}}{{- end -}}
{{- /* An agent that only writes down what it would do is also not able to do it. */ -}}
{{- if eq (include "baton.mode" $root) "observe" -}}{{- $_ := unset $container.securityContext.capabilities "add" -}}{{- end -}}
{{- end -}}
{{- if eq $o.kind "Deployment" -}}{{- $_ := set $o.spec "replicas" (int $values.controller.replicas) -}}{{- end -}}
{{- end -}}
{{- if has $o.kind (list "Deployment" "Job") -}}
{{- range (first $o.spec.template.spec.containers).env -}}
{{- if eq .name "BATON_MODE" -}}{{- $_ := set . "value" (include "baton.mode" $root) -}}{{- end -}}
{{- end -}}
{{- end -}}
{{ toYaml $o }}
{{- end }}
