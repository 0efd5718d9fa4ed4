package dev.baton.bridge.api;

/**
 * Rules in CEL that the definitions check by themselves, if more than one record needs them or they are too long to
 * stand beside a field. Rules that need arithmetic over ranges, or other objects, are left to the webhook and the
 * coordinator.
 */
final class Cel {
    static final String SELECTOR_HAS_TERMS = "has(self.nodeSelector) && has(self.nodeSelector.selector)"
            + " && ((has(self.nodeSelector.selector.matchLabels) && size(self.nodeSelector.selector.matchLabels) > 0)"
            + " || (has(self.nodeSelector.selector.matchExpressions)"
            + " && size(self.nodeSelector.selector.matchExpressions) > 0))";

    static final String STAYS_EMPTY_V4 =
            "(has(oldSelf.ippools) && has(oldSelf.ippools.ipv4) && size(oldSelf.ippools.ipv4) > 0)"
                    + " || !(has(self.ippools) && has(self.ippools.ipv4) && size(self.ippools.ipv4) > 0)";

    static final String STAYS_EMPTY_V6 =
            "(has(oldSelf.ippools) && has(oldSelf.ippools.ipv6) && size(oldSelf.ippools.ipv6) > 0)"
                    + " || !(has(self.ippools) && has(self.ippools.ipv6) && size(self.ippools.ipv6) > 0)";

    /** Does not check whether the address is in a range: CEL cannot compare addresses. */
    static final String DEFAULT_V4 = "!has(self.ipv4DefaultEIP) || self.ipv4DefaultEIP == ''"
            + " || (isIP(self.ipv4DefaultEIP) && ip(self.ipv4DefaultEIP).family() == 4 && has(self.ipv4)"
            + " && self.ipv4.exists(p, p.contains('-') || (isCIDR(p) && cidr(p).containsIP(self.ipv4DefaultEIP))"
            + " || (isIP(p) && ip(p) == ip(self.ipv4DefaultEIP))))";

    static final String DEFAULT_V6 = "!has(self.ipv6DefaultEIP) || self.ipv6DefaultEIP == ''"
            + " || (isIP(self.ipv6DefaultEIP) && ip(self.ipv6DefaultEIP).family() == 6 && has(self.ipv6)"
            + " && self.ipv6.exists(p, p.contains('-') || (isCIDR(p) && cidr(p).containsIP(self.ipv6DefaultEIP))"
            + " || (isIP(p) && ip(p) == ip(self.ipv6DefaultEIP))))";

    /** Checks both ends of a range; what lies between them is left to the webhook and the coordinator. */
    static final String POOL_ITEMS = """
        properties:
          ipv4:
            items:
              maxLength: 31
              x-kubernetes-validations:
              - rule: >-
                  isCIDR(self) ? cidr(self).ip().family() == 4
                  : self.split('-', 2).all(a, isIP(a) && ip(a).family() == 4)
                messageExpression: >-
                  '"' + self + '" is not an IPv4 address, a range like 10.6.1.55-10.6.1.60, or a network like 10.6.1.0/24'
              - rule: >-
                  self.split('/')[0].split('-', 2).all(a, !isIP(a)
                  || ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3'].all(n, !cidr(n).containsIP(a)))
                messageExpression: >-
                  '"' + self + '" cannot be an EIP: 0.0.0.0/8 (unspecified), 127.0.0.0/8 (loopback), 169.254.0.0/16
                  (link-local), 224.0.0.0/4 (multicast) and 240.0.0.0/4 (reserved, broadcast) are no hosts'
          ipv6:
            items:
              maxLength: 79
              x-kubernetes-validations:
              - rule: >-
                  isCIDR(self) ? cidr(self).ip().family() == 6
                  : self.split('-', 2).all(a, isIP(a) && ip(a).family() == 6)
                messageExpression: >-
                  '"' + self + '" is not an IPv6 address, a range like fd00::55-fd00::60, or a network like fd00::/120'
              - rule: >-
                  self.split('/')[0].split('-', 2).all(a, !isIP(a)
                  || ['::/127', 'fe80::/10', 'ff00::/8'].all(n, !cidr(n).containsIP(a)))
                messageExpression: >-
                  '"' + self + '" cannot be an EIP: :: (unspecified), ::1 (loopback), fe80::/10 (link-local) and
                  ff00::/8 (multicast) are no hosts'
        """;

    static final String USABLE_V4 = "!has(self.ipv4) || !isIP(self.ipv4) || ['0.0.0.0/8', '127.0.0.0/8',"
            + " '169.254.0.0/16', '224.0.0.0/3'].all(n, !cidr(n).containsIP(self.ipv4))";

    static final String USABLE_V6 = "!has(self.ipv6) || !isIP(self.ipv6)"
            + " || ['::/127', 'fe80::/10', 'ff00::/8'].all(n, !cidr(n).containsIP(self.ipv6))";

    static final String KEEPS_GATEWAY = "!has(oldSelf.egressGatewayName) || oldSelf.egressGatewayName == ''"
            + " || (has(self.egressGatewayName) && self.egressGatewayName == oldSelf.egressGatewayName)";

    static final String ONE_SELECTION = "!has(self.podSubnet) || size(self.podSubnet) == 0 || !has(self.podSelector)"
            + " || !has(self.podSelector.matchLabels) || size(self.podSelector.matchLabels) == 0";

    static final String SELECTS_PODS = "(has(self.podSubnet) && size(self.podSubnet) > 0) || (has(self.podSelector)"
            + " && ((has(self.podSelector.matchLabels) && size(self.podSelector.matchLabels) > 0)"
            + " || (has(self.podSelector.matchExpressions) && size(self.podSelector.matchExpressions) > 0)))";

    private static final String AGAIN = " cannot be changed; delete the policy and make it anew'";

    static final String CANNOT_CHANGE_V4 =
            "(has(oldSelf.ipv4) && oldSelf.ipv4 != '' ? '\"' + oldSelf.ipv4 + '\"' : 'none') + '" + AGAIN;

    static final String CANNOT_CHANGE_V6 =
            "(has(oldSelf.ipv6) && oldSelf.ipv6 != '' ? '\"' + oldSelf.ipv6 + '\"' : 'none') + '" + AGAIN;

    /** The generator takes selectors from fabric8's class, which requires no field. */
    private static final String SELECTOR = """
        :
            x-kubernetes-map-type: atomic
            properties:
              matchExpressions:
                items:
                  required: [key, operator]
                  properties:
                    operator: {enum: [In, NotIn, Exists, DoesNotExist]}
        """;

    static final String NODE_SELECTOR = "properties:\n  selector" + SELECTOR;

    private static final String NETWORKS = """
        :
            items:
              maxLength: 43
              x-kubernetes-validations:
              - rule: isCIDR(self)
                messageExpression: >-
                  '"' + self + '" is not a network; allowed are forms like 192.168.1.0/24 and fd00::/64'
        """;

    static final String DESTINATIONS = "properties:\n  destSubnet" + NETWORKS;

    static final String PODS = "properties:\n  podSubnet" + NETWORKS + "  podSelector" + SELECTOR;

    static final String PODS_AND_NAMESPACES = PODS + "  namespaceSelector" + SELECTOR;

    static final String EXTRA_CIDRS = "properties:\n  extraCidr" + NETWORKS;

    static final String CONDITIONS =
            "{properties: {conditions: {x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [type]}}}";

    private Cel() {}
}
