metadata description = 'One service of one resource, at an address of the virtual network, and the name that leads there.'

param name string
param location string
param tags object
param networkId string
param subnetId string
param resourceId string

@allowed(['blob', 'queue', 'table', 'vault'])
param service string

@description('Private DNS zone. The service prescribes its name.')
param zoneName string

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      {
        name: service
        properties: {
          privateLinkServiceId: resourceId
          groupIds: [service]
        }
      }
    ]
  }

  resource addresses 'privateDnsZoneGroups' = {
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: service
          properties: { privateDnsZoneId: zone.id }
        }
      ]
    }
  }
}

resource zone 'Microsoft.Network/privateDnsZones@2020-06-01' = {
  name: zoneName
  location: 'global'
  tags: tags

  resource link 'virtualNetworkLinks' = {
    name: 'link-${uniqueString(networkId)}'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: networkId }
    }
  }
}
